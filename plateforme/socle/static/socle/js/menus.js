// <details data-menu>: Escape and a click or a focus elsewhere close it; opening one closes the others.
const ouverts = () => document.querySelectorAll("details[data-menu][open]")

function fermerSauf(cible) {
  for (const menu of ouverts()) if (!menu.contains(cible)) menu.open = false
}

document.addEventListener("click", (evenement) => fermerSauf(evenement.target))
document.addEventListener("focusin", (evenement) => fermerSauf(evenement.target))
document.addEventListener("keydown", (evenement) => {
  if (evenement.key !== "Escape") return
  for (const menu of ouverts()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus()
    menu.open = false
  }
})
