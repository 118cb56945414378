// <form data-une-fois>: its button answers once; coming back to the page gives it back.
document.addEventListener("submit", (evenement) => {
  const { target, submitter } = evenement
  if (!target.matches("form[data-une-fois]") || evenement.defaultPrevented || !submitter) return
  // After this tick: a disabled button would not send its own name and value.
  setTimeout(() => { submitter.disabled = true })
})
// An htmx form never reaches the submission above: its button waits for the answer.
for (const [moment, occupe] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]])
  document.addEventListener(moment, ({ target }) => {
    if (target.matches("form[data-une-fois]")) for (const bouton of target.querySelectorAll("button")) bouton.disabled = occupe
  })
addEventListener("pageshow", () => {
  for (const bouton of document.querySelectorAll("form[data-une-fois] :disabled[type=submit], form[data-une-fois] button:disabled")) bouton.disabled = false
})
