// A choice among the facets shows its results at once (htmx): which facets are unfolded stays as it was, how many
// answer is said, and the button leads to them.
const RESULTATS = "resultats"

document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  for (const facette of target.querySelectorAll("[data-facette]"))
    fragment.querySelector(`[data-facette="${facette.dataset.facette}"]`)?.toggleAttribute("open", facette.open)
})

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== RESULTATS) return
  const annonce = document.querySelector(`#${RESULTATS} [data-annonce]`)
  const nombre = annonce?.dataset.annonce
  for (const lieu of document.querySelectorAll("[data-annonce-des-resultats]"))
    lieu.textContent = annonce ? annonce.textContent.trim() : "Aucun résultat"
  for (const bouton of document.querySelectorAll(".volet > .voir > button"))
    Object.assign(bouton, { type: "button", textContent: nombre > 1 ? `Voir les ${nombre} résultats` : "Voir les résultats" })
})

document.addEventListener("click", ({ target }) => {
  const bouton = target.closest(".volet > .voir > [type=button]")
  if (!bouton) return
  bouton.closest(".volet").open = false
  document.getElementById(RESULTATS).focus()
})
