// <form data-brouillon="clef"> keeps what is typed in this browser, for this member, until the server says it has it:
// any element data-brouillon-efface="clef" in its answer. A link data-brouillon-type="besoin" leads to the same form for
// another type: what is typed goes with her, unless a draft waits there already. Passwords, files and hidden fields are never kept.
// <form data-brouillon-depart="outil" data-brouillon-impose="type base">: the same draft whatever the form begins from; those
// fields are then as this beginning says, when the draft was written from another one.
const PREFIXE = "brouillon:"
const DUREE = 30 * 864e5
const membre = document.querySelector("meta[name=membre]")?.content ?? ""
const clefDe = (formulaire) => `${PREFIXE}${membre}:${formulaire.dataset.brouillon}`
const departDe = (formulaire) => formulaire.dataset.brouillonDepart ?? ""
const champsDe = (formulaire) =>
  [...formulaire.elements].filter((champ) => champ.name && !/^(hidden|password|file|submit|button|fieldset)$/.test(champ.type))
const cochable = (champ) => champ.type === "checkbox" || champ.type === "radio"

// Private browsing may refuse storage: the form then simply has no draft.
function stocker(action) {
  try { return action(localStorage) } catch { return null }
}

function clefs() {
  return stocker((stock) => Object.keys(stock).filter((clef) => clef.startsWith(PREFIXE))) ?? []
}

function lire(formulaire) {
  return champsDe(formulaire).map((champ) => [
    champ.name,
    cochable(champ) ? champ.value : null,
    cochable(champ) ? champ.checked : champ.multiple ? [...champ.selectedOptions].map((o) => o.value) : champ.value,
  ])
}

const attentes = new Map()
function oublierAttente(formulaire) {
  clearTimeout(attentes.get(formulaire))
  attentes.delete(formulaire)
}

function garderBientot(formulaire) {
  oublierAttente(formulaire)
  attentes.set(formulaire, setTimeout(garder, 300, formulaire))
}

function garder(formulaire) {
  oublierAttente(formulaire)
  stocker((stock) => stock.setItem(clefDe(formulaire), JSON.stringify({ le: Date.now(), depart: departDe(formulaire), champs: lire(formulaire) })))
}

function oublier(clef) {
  stocker((stock) => stock.removeItem(clef))
}

function remettre(formulaire, champs) {
  for (const [nom, valeur, contenu] of champs) {
    const champ = champsDe(formulaire).find((c) => c.name === nom && (valeur === null || c.value === valeur))
    if (!champ) continue
    const avant = cochable(champ) ? champ.checked : champ.value
    if (cochable(champ)) champ.checked = contenu
    else if (champ.multiple) for (const option of champ.options) option.selected = contenu.includes(option.value)
    // Another type has other choices.
    else if (champ.type !== "select-one" || [...champ.options].some((o) => o.value === contenu)) champ.value = contenu
    if (avant !== contenu) champ.closest("details")?.setAttribute("open", "")
  }
}

// What is restored of a draft: all that this form does not begin with instead.
function restants(formulaire, { depart = "", champs }) {
  const imposes = depart === departDe(formulaire) ? [] : (formulaire.dataset.brouillonImpose ?? "").split(" ")
  return champs.filter(([nom]) => !imposes.includes(nom))
}

function annoncer(formulaire) {
  const place = formulaire.querySelector("[data-brouillon-ici]") ?? formulaire.insertBefore(document.createElement("p"), formulaire.firstChild)
  place.className = "brouillon"
  place.setAttribute("role", "status")
  const effacer = Object.assign(document.createElement("button"), { type: "button", className: "bouton calme petit", textContent: "Effacer" })
  effacer.addEventListener("click", () => {
    formulaire.reset()
    oublier(clefDe(formulaire))
    place.replaceChildren()
    champsDe(formulaire)[0]?.focus()
  })
  place.replaceChildren("Brouillon restauré", effacer)
}

function installer(formulaire) {
  if (formulaire.dataset.brouillonSuivi) return
  formulaire.dataset.brouillonSuivi = ""
  const garde = JSON.parse(stocker((stock) => stock.getItem(clefDe(formulaire))) ?? "null")
  // A form sent back with its errors already holds what was typed.
  if (garde && !formulaire.querySelector("[aria-invalid=true], [data-erreurs]") && JSON.stringify(garde.champs) !== JSON.stringify(lire(formulaire))) {
    remettre(formulaire, restants(formulaire, garde))
    annoncer(formulaire)
  }
  formulaire.addEventListener("input", () => garderBientot(formulaire))
  formulaire.addEventListener("submit", () => garder(formulaire))
}

function parcourir(racine) {
  const tous = (selecteur) => [...(racine.matches?.(selecteur) ? [racine] : []), ...racine.querySelectorAll(selecteur)]
  for (const element of tous("[data-brouillon-efface]")) oublier(`${PREFIXE}${membre}:${element.dataset.brouillonEfface}`)
  for (const formulaire of tous("form[data-brouillon]")) installer(formulaire)
}

for (const clef of clefs()) {
  const { le } = JSON.parse(stocker((stock) => stock.getItem(clef)) ?? "{}")
  if (!(le > Date.now() - DUREE)) oublier(clef)
}
parcourir(document)
document.addEventListener("arrivee", (evenement) => parcourir(evenement.detail))
document.addEventListener("click", ({ target }) => {
  const type = target.closest?.("[data-brouillon-type]")?.dataset.brouillonType
  const formulaire = type && document.querySelector("form[data-brouillon]")
  if (!formulaire) return
  if (attentes.has(formulaire)) garder(formulaire)
  const ici = clefDe(formulaire)
  const laBas = ici.replace(formulaire.dataset.brouillon, formulaire.dataset.brouillon.replace(/^[^-]+/, type))
  stocker((stock) => {
    const garde = stock.getItem(ici)
    if (!garde || laBas === ici || stock.getItem(laBas)) return
    stock.setItem(laBas, garde)
    stock.removeItem(ici)
  })
})
// Signing out leaves nothing on a shared computer.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-oublie-brouillons]")) return
  for (const formulaire of attentes.keys()) oublierAttente(formulaire)
  clefs().forEach(oublier)
})
// A link followed, or a telephone put away, within the third of a second.
addEventListener("pagehide", () => {
  for (const formulaire of attentes.keys()) garder(formulaire)
})
