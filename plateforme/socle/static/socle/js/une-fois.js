// <form data-une-fois>: its button answers once; coming back to the page gives it back.
document.addEventListener("submit", (evenement) => {
  const { target, submitter } = evenement
  if (!target.matches("form[data-une-fois]") || evenement.defaultPrevented || !submitter) return
  // After this tick: a disabled button would not send its own name and value.
  setTimeout(() => { submitter.disabled = true })
})
addEventListener("pageshow", () => {
  for (const bouton of document.querySelectorAll("form[data-une-fois] :disabled[type=submit], form[data-une-fois] button:disabled")) bouton.disabled = false
})
