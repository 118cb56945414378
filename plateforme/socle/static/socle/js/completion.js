// [data-completion=url] on a search box: what one may open, offered below while one types. The arrows choose, Enter opens
// what they chose; alone it searches, as without script. Escape closes.
const DELAI = 180
let nombreDeListes = 0

document.querySelectorAll("[data-completion]").forEach((champ) => {
  const offre = Object.assign(document.createElement("div"), { className: "completion", hidden: true, id: `completion-${++nombreDeListes}` })
  const voix = Object.assign(document.createElement("p"), { className: "cache", role: "status" })
  const attributs = { role: "combobox", "aria-autocomplete": "list", "aria-controls": offre.id, "aria-expanded": "false", autocomplete: "off" }
  for (const [nom, valeur] of Object.entries(attributs)) champ.setAttribute(nom, valeur)
  offre.setAttribute("role", "listbox")
  offre.setAttribute("aria-label", "Suggestions")
  champ.after(offre, voix)
  let attente
  let demande

  const choisie = () => offre.querySelector("[aria-selected=true]")

  function choisir(option) {
    choisie()?.setAttribute("aria-selected", "false")
    option?.setAttribute("aria-selected", "true")
    option?.scrollIntoView({ block: "nearest" })
    if (option) champ.setAttribute("aria-activedescendant", option.id)
    else champ.removeAttribute("aria-activedescendant")
  }

  function montrer(options) {
    choisir(null)
    offre.replaceChildren(...options)
    offre.hidden = !options.length
    champ.setAttribute("aria-expanded", String(!offre.hidden))
    voix.textContent = !options.length ? "" : options.length > 1 ? `${options.length} suggestions, flèches pour choisir` : "1 suggestion, flèche pour choisir"
  }

  champ.addEventListener("keydown", (evenement) => {
    const { key } = evenement
    if (offre.hidden) return
    if (key === "ArrowDown" || key === "ArrowUp") {
      const options = [null, ...offre.children]
      choisir(options.at((options.indexOf(choisie()) + (key === "ArrowDown" ? 1 : -1)) % options.length))
    } else if (key === "Enter" && choisie()) choisie().click()
    else {
      if (key === "Escape") evenement.preventDefault()
      if (key === "Escape" || key === "Tab") montrer([])
      return
    }
    evenement.preventDefault()
  })
  champ.addEventListener("input", () => {
    clearTimeout(attente)
    demande?.abort()
    attente = setTimeout(chercher, DELAI)
  })
  document.addEventListener("focusin", ({ target }) => { if (target !== champ && !offre.contains(target)) montrer([]) })
  document.addEventListener("click", ({ target }) => { if (target !== champ && !offre.contains(target)) montrer([]) })

  async function chercher() {
    const q = champ.value.trim()
    if (q.length < 2) return montrer([])
    demande = new AbortController()
    try {
      const reponse = await fetch(`${champ.dataset.completion}?${new URLSearchParams({ q })}`, { signal: demande.signal })
      const { suggestions } = reponse.ok ? await reponse.json() : { suggestions: [] }
      if (document.activeElement === champ) montrer(suggestions.map(option))
    } catch {
      // Typed over, or no network: the box searches all the same.
    }
  }

  function option({ mot, detail, url }, rang) {
    const lien = Object.assign(document.createElement("a"), { href: url, id: `${offre.id}-${rang}`, tabIndex: -1, textContent: mot })
    lien.setAttribute("role", "option")
    lien.setAttribute("aria-selected", "false")
    if (detail) lien.append(" ", Object.assign(document.createElement("span"), { className: "discret", textContent: detail }))
    return lien
  }
})
