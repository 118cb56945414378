// [data-suggestions=url]: words that end what is being typed, offered in a list below the field: étiquettes after a
// comma, or with data-apres="@" the members whom a message names. Without script one types them whole.
// The arrows choose, Enter or Tab takes what they chose, a click takes any; Enter alone is a new line.
const DELAI = 150
let listes = 0

const parcourir = (racine) => racine.querySelectorAll("[data-suggestions]").forEach(brancher)
parcourir(document)
document.addEventListener("arrivee", ({ detail }) => parcourir(detail))

function brancher(champ) {
  const nommer = champ.dataset.apres === "@"
  const offre = Object.assign(document.createElement("div"), { className: "suggestions rang", hidden: true, id: `suggestions-${++listes}` })
  const voix = Object.assign(document.createElement("p"), { className: "cache", role: "status" })
  offre.setAttribute("role", "listbox")
  offre.setAttribute("aria-label", "Suggestions")
  champ.setAttribute("aria-autocomplete", "list")
  champ.setAttribute("aria-controls", offre.id)
  champ.after(offre, voix)
  let attente
  let offertePour = ""

  const debut = () => {
    const avant = champ.value.slice(0, champ.selectionStart)
    const trouve = nommer ? /(?:^|\s)@([^@\n]{2,40})$/.exec(avant) : /(?:^|,)\s*([^,]+)$/.exec(avant)
    return trouve ? trouve[1] : ""
  }
  const choisie = () => offre.querySelector("[aria-selected=true]")

  function choisir(option) {
    choisie()?.setAttribute("aria-selected", "false")
    option?.setAttribute("aria-selected", "true")
    if (option) champ.setAttribute("aria-activedescendant", option.id)
    else champ.removeAttribute("aria-activedescendant")
  }

  function fermer() {
    choisir(null)
    offre.replaceChildren()
    offre.hidden = true
    voix.textContent = ""
  }

  champ.addEventListener("keydown", (evenement) => {
    if (offre.hidden) return
    const { key } = evenement
    if (key === "ArrowDown" || key === "ArrowUp") {
      const options = [...offre.children]
      const pas = key === "ArrowDown" ? 1 : -1
      const rang = choisie() ? options.indexOf(choisie()) + pas : pas < 0 ? -1 : 0
      choisir(options.at(rang % options.length))
    } else if ((key === "Enter" || key === "Tab") && !evenement.shiftKey && choisie()) choisie().click()
    else {
      if (key === "Escape" || key === "Tab") fermer()
      return
    }
    evenement.preventDefault()
  })
  champ.addEventListener("input", () => {
    clearTimeout(attente)
    // What was offered for other words is not for these.
    if (debut() !== offertePour) fermer()
    attente = setTimeout(chercher, DELAI)
  })

  async function chercher() {
    const q = debut()
    const mots = q ? await demander(q) : []
    if (q !== debut()) return
    fermer()
    offertePour = q
    offre.replaceChildren(...mots.map(option))
    offre.hidden = !mots.length
    if (mots.length) voix.textContent = mots.length > 1 ? `${mots.length} suggestions, flèches pour choisir` : "1 suggestion, flèche pour choisir"
  }

  async function demander(q) {
    // Who reads what is being written: a thread, or what this form would publish.
    const fil = document.querySelector("[data-fil]")?.dataset.fil ?? ""
    const { reseau, visibilite } = champ.form?.elements ?? {}
    try {
      const demande = new URLSearchParams({ q, fil, reseau: reseau?.value ?? "", visibilite: visibilite?.value ?? "" })
      const reponse = await fetch(`${champ.dataset.suggestions}?${demande}`)
      return reponse.ok ? (await reponse.json()).suggestions : []
    } catch {
      return []
    }
  }

  function option({ mot, detail }, rang) {
    const b = Object.assign(document.createElement("button"), { type: "button", className: "jeton", id: `${offre.id}-${rang}`, tabIndex: -1, textContent: mot })
    b.setAttribute("role", "option")
    b.setAttribute("aria-selected", "false")
    if (detail) b.append(Object.assign(document.createElement("span"), { className: "discret", textContent: ` · ${detail}` }))
    b.addEventListener("click", () => {
      if (debut() !== offertePour) return fermer()
      const ici = champ.selectionStart
      const tete = champ.value.slice(0, ici - offertePour.length) + mot + (nommer ? " " : ", ")
      champ.value = tete + champ.value.slice(ici)
      champ.focus()
      champ.setSelectionRange(tete.length, tete.length)
      fermer()
      champ.dispatchEvent(new Event("input", { bubbles: true }))
      clearTimeout(attente)
    })
    return b
  }
}
