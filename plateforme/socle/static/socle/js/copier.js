// data-copier="text": holds a button that copies it, and the element that says so; hidden where no script would answer.
for (const porteur of document.querySelectorAll("[data-copier]")) porteur.hidden = false
document.addEventListener("click", async ({ target }) => {
  const porteur = target.closest("[data-copier] button")?.closest("[data-copier]")
  if (!porteur) return
  const etat = porteur.querySelector("[role=status]")
  try {
    await navigator.clipboard.writeText(porteur.dataset.copier)
    etat.textContent = etat.dataset.copie
  } catch {
    etat.textContent = etat.dataset.nonCopie
  }
})
