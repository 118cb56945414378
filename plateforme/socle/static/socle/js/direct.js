// One socket per page, for its thread and its member's bell. Each frame becomes an event `direct:<t>` on the document;
// `direct:coupe` says that there is none any more. [data-direct] elements tell the reader, <html data-liaison> the styles.
const fil = document.querySelector("[data-fil]")?.dataset.fil
const adresse = new URL(`/ws/${fil ? `?fil=${fil}` : ""}`, location)
adresse.protocol = adresse.protocol.replace("http", "ws")

const ATTENTE_MAX = 30_000
const SILENCE_MAX = 75_000 // the server says where things stand every thirty seconds
const DROITS = 4403
const TROP = 4429
const MOTS = { direct: "en direct", coupe: "connexion perdue, on réessaie", fini: "plus en direct, rechargez la page" }

let prise, minuteur, silence
let annonce = null
let essais = 0

function dire(etat) {
  clearTimeout(annonce)
  annonce = null
  document.documentElement.dataset.liaison = etat
  for (const element of document.querySelectorAll("[data-direct]")) {
    element.hidden = false
    element.dataset.etat = etat
    if (element.textContent !== MOTS[etat]) element.textContent = MOTS[etat]
  }
}

function emettre(nom, detail) {
  document.dispatchEvent(new CustomEvent(`direct:${nom}`, { detail }))
}

function ouvrir() {
  clearTimeout(minuteur)
  if (prise) return
  let admise = false
  prise = new WebSocket(adresse)
  veiller()
  prise.onmessage = ({ data }) => {
    veiller()
    if (!admise) dire("direct")
    admise = true
    essais = 0
    const trame = JSON.parse(data)
    emettre(trame.t, trame)
  }
  prise.onclose = ({ code }) => perdre(code, admise)
}

function veiller() {
  clearTimeout(silence)
  silence = setTimeout(perdre, SILENCE_MAX)
}

function lacher() {
  clearTimeout(silence)
  if (!prise) return
  prise.onclose = prise.onmessage = null
  // On a network that is gone, the close itself may take minutes: nothing waits for it.
  prise.close()
  prise = null
}

function perdre(code, admise) {
  lacher()
  emettre("coupe")
  if (code === DROITS && !admise) return dire("fini")
  // A cut of a moment is not worth a word; the retries do not put it off.
  annonce ??= setTimeout(dire, 3000, "coupe")
  const attente = code === TROP ? ATTENTE_MAX : Math.min(ATTENTE_MAX, 1000 * 2 ** essais++)
  // Spread: a thousand pages do not come back in the same second.
  minuteur = setTimeout(ouvrir, attente * (0.5 + Math.random()))
}

function reprendre() {
  essais = 0
  ouvrir()
}

document.addEventListener("direct:emettre", ({ detail }) => prise?.readyState === WebSocket.OPEN && prise.send(detail))

if (fil || document.querySelector("meta[name=membre]")) {
  ouvrir()
  addEventListener("online", reprendre)
  addEventListener("offline", () => {
    if (prise) perdre()
    dire("coupe")
  })
  document.addEventListener("visibilitychange", () => document.hidden || reprendre())
  addEventListener("pagehide", () => {
    clearTimeout(minuteur)
    lacher()
  })
  addEventListener("pageshow", ({ persisted }) => persisted && reprendre())
}
