// data-imprimer: holds a button that prints the page; hidden where no script would answer it.
for (const porteur of document.querySelectorAll("[data-imprimer]")) porteur.hidden = false
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-imprimer] button")) print()
})
