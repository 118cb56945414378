// [data-suggestions=url]: words that end what is being typed, offered as buttons below the field: étiquettes after
// a comma, or with data-apres="@" the members whom a message names. Without script one types them whole.
const DELAI = 150

const parcourir = (racine) => racine.querySelectorAll("[data-suggestions]").forEach(brancher)
parcourir(document)
document.addEventListener("arrivee", ({ detail }) => parcourir(detail))

function brancher(champ) {
  const nommer = champ.dataset.apres === "@"
  const offre = Object.assign(document.createElement("div"), { className: "suggestions rang", hidden: true })
  offre.setAttribute("role", "group")
  offre.setAttribute("aria-label", "Suggestions")
  champ.after(offre)
  let attente

  const debut = () => {
    const avant = champ.value.slice(0, champ.selectionStart)
    const trouve = nommer ? /(?:^|\s)@([^@\n]{2,40})$/.exec(avant) : /(?:^|,)\s*([^,]+)$/.exec(avant)
    return trouve ? trouve[1] : ""
  }

  champ.addEventListener("keydown", (evenement) => {
    if (offre.hidden) return
    if (evenement.key === "Escape") offre.hidden = true
    // A name is finished by its first suggestion; an étiquette may be new.
    else if (nommer && ["Enter", "Tab"].includes(evenement.key) && !evenement.shiftKey) {
      evenement.preventDefault()
      offre.firstElementChild.click()
    }
  })
  champ.addEventListener("input", () => {
    clearTimeout(attente)
    attente = setTimeout(chercher, DELAI)
  })

  async function chercher() {
    const q = debut()
    const mots = q ? await demander(q) : []
    if (q !== debut()) return
    offre.replaceChildren(...mots.map(bouton))
    offre.hidden = !mots.length
  }

  async function demander(q) {
    try {
      const demande = new URLSearchParams({ q, fil: document.querySelector("[data-fil]")?.dataset.fil ?? "" })
      const reponse = await fetch(`${champ.dataset.suggestions}?${demande}`)
      return reponse.ok ? (await reponse.json()).suggestions : []
    } catch {
      return []
    }
  }

  function bouton({ mot, detail }) {
    const b = Object.assign(document.createElement("button"), { type: "button", className: "jeton", textContent: mot })
    if (detail) b.append(Object.assign(document.createElement("span"), { className: "discret", textContent: ` · ${detail}` }))
    b.addEventListener("click", () => {
      const ici = champ.selectionStart
      const tete = champ.value.slice(0, ici - debut().length) + mot + (nommer ? " " : ", ")
      champ.value = tete + champ.value.slice(ici)
      champ.focus()
      champ.setSelectionRange(tete.length, tete.length)
      offre.hidden = true
      champ.dispatchEvent(new Event("input", { bubbles: true }))
      clearTimeout(attente)
    })
    return b
  }
}
