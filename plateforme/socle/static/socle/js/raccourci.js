// « / » leads to the search box: the page's own, else the header's, else the link to the page of search. The checkbox
// [data-reglage-raccourci] turns it off in this browser: a voice, or a hand, may press that key unwillingly.
const OU_L_ON_ECRIT = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]"
const CLEF_DU_RACCOURCI = "raccourci-de-recherche"

function raccourciActif() {
  try {
    return localStorage.getItem(CLEF_DU_RACCOURCI) !== "non"
  } catch {
    return true
  }
}

document.addEventListener("keydown", (evenement) => {
  const { key, target } = evenement
  if (key !== "/" || evenement.ctrlKey || evenement.metaKey || evenement.altKey || evenement.isComposing) return
  if (target.closest(OU_L_ON_ECRIT) || !raccourciActif()) return
  const boites = [...document.querySelectorAll("main [data-raccourci]"), ...document.querySelectorAll("[data-raccourci]")]
  const boite = boites.find((element) => element.checkVisibility())
  if (!boite) return
  evenement.preventDefault()
  if (boite.matches("a")) boite.click()
  else {
    boite.focus()
    boite.select()
  }
})

for (const reglage of document.querySelectorAll("[data-reglage-raccourci]")) {
  reglage.hidden = false
  const coche = reglage.querySelector("input")
  coche.checked = raccourciActif()
  coche.addEventListener("change", () => {
    try {
      localStorage.setItem(CLEF_DU_RACCOURCI, coche.checked ? "oui" : "non")
    } catch {
      // A browser that keeps nothing keeps the key.
    }
  })
}
