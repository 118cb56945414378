// [data-fil][data-revision][data-rattrapage]: a thread that stays up to date. A frame that follows what was seen is shown;
// whatever was missed is fetched: after a cut, behind a state of the server, or every thirty seconds without a socket.
const INTERVALLE = 30_000
const MARGE = 80
const ECRIT = 8000
const moi = document.querySelector("meta[name=membre]")?.content
const singulierOuPluriel = (n) => (n > 1 ? `${n} nouveaux messages` : "1 nouveau message")

function suivre(liste) {
  const pk = Number(liste.dataset.fil)
  const cadre = liste.closest("section") ?? liste.parentElement
  const bouton = cadre.querySelector("[data-nouveaux]")
  const voix = Object.assign(document.createElement("p"), { className: "cache", role: "status" })
  liste.after(voix)
  let vue = Number(liste.dataset.revision)
  let voulue = vue
  let vive = false
  let occupe = false
  let ferme = false
  let silence
  let dit = -ECRIT
  let manques = [] // messages that arrived below the reader's eyes

  const messages = () => [...liste.querySelectorAll(":scope > [data-rang]")]
  const dire = (quoi, mots) => (cadre.querySelector(`[data-${quoi}]`).textContent = mots)
  const enBas = () => liste.getBoundingClientRect().bottom <= innerHeight + MARGE

  function demander(revision, delai = 0) {
    voulue = Math.max(voulue, revision)
    setTimeout(() => vue < voulue && rattraper(), delai)
  }

  async function rattraper() {
    if (occupe || ferme) return
    occupe = true
    let avant
    do {
      avant = vue
      const racine = await chercher()
      if (!racine) break
      vue = Math.max(vue, Number(racine.dataset.revision))
      poser([...racine.children])
    } while (avant < vue && vue < voulue)
    occupe = false
  }

  async function chercher() {
    const adresse = new URL(liste.dataset.rattrapage, location)
    adresse.searchParams.set("depuis", vue)
    try {
      const reponse = await fetch(adresse, { redirect: "manual" })
      // Sent to the sign-in page, or no longer for her: it will not get better by itself.
      ferme = reponse.type === "opaqueredirect" || [403, 404].includes(reponse.status)
      return reponse.ok ? elements(await reponse.text())[0] : null
    } catch {
      return null // no network: the next state of the server, or the next interval, tries again
    }
  }

  function poser(blocs) {
    const suivait = enBas()
    const champ = cadre.contains(document.activeElement) && !liste.contains(document.activeElement) ? document.activeElement : null
    const avant = champ?.getBoundingClientRect().top
    const arrives = blocs.filter(placer)
    if (!arrives.length) return
    cadre.querySelector("[data-fil-vide]")?.remove()
    compter(Number(arrives.at(-1).dataset.rang))
    // Who is writing keeps her line under her eyes.
    if (champ) scrollBy({ top: champ.getBoundingClientRect().top - avant, behavior: "instant" })
    dire("ecrit", "")
    annoncer(arrives, suivait)
  }

  // → whether it is a message that was not there
  function placer(bloc) {
    const ancien = bloc.id && document.getElementById(bloc.id)
    if (ancien) {
      remplacer(ancien, bloc)
      return false
    }
    if (!bloc.dataset.rang) return false
    const rang = Number(bloc.dataset.rang)
    const presents = messages()
    const suivant = presents.find((message) => Number(message.dataset.rang) > rang)
    // Older than the part of the thread that is shown.
    if (suivant && suivant === presents[0]) return false
    const dernier = Number(presents.at(-1)?.dataset.rang ?? 0)
    // Newer, beyond messages that this page does not show: the button goes there.
    if (rang <= dernier + 1) liste.insertBefore(bloc, suivant ?? null)
    window.htmx?.process(bloc)
    return true
  }

  function compter(nombre) {
    const place = cadre.querySelector("[data-fil-nombre]")
    if (place) place.textContent = nombre > 1 ? `${nombre} messages` : "1 message"
  }

  function annoncer(arrives, suivait) {
    const dernier = arrives.at(-1)
    const autres = arrives.filter((message) => !moi || message.dataset.auteur !== moi)
    if (dernier.isConnected && (suivait || !autres.length)) {
      if (!cadre.contains(document.activeElement)) dernier.scrollIntoView({ block: "nearest" })
    } else {
      manques.push(...autres)
      montrer()
    }
    if (!autres.length) return
    const nom = autres[0].querySelector("strong")?.textContent
    voix.textContent = autres.length === 1 && nom ? `Nouveau message de ${nom}` : singulierOuPluriel(autres.length)
  }

  function montrer() {
    if (!bouton) return
    bouton.hidden = !manques.length
    ;(bouton.querySelector("span") ?? bouton).textContent = singulierOuPluriel(manques.length)
  }

  bouton?.addEventListener("click", () => {
    const [premier] = manques
    manques = []
    montrer()
    if (!premier.isConnected) return location.assign(`${location.pathname}?message=${premier.dataset.rang}#${premier.id}`)
    premier.tabIndex = -1
    premier.scrollIntoView({ block: "start" })
    premier.focus({ preventScroll: true })
  })
  addEventListener(
    "scroll",
    () => {
      if (!manques.length || !manques.every((message) => message.isConnected) || !enBas()) return
      manques = []
      montrer()
    },
    { passive: true },
  )

  liste.addEventListener("click", (evenement) => {
    const message = evenement.target.closest(".citer")?.closest("[data-rang]")
    const champ = cadre.querySelector("textarea")
    if (!message || !champ) return
    evenement.preventDefault()
    const mots = [...message.querySelectorAll(".corps > p:not(.qui)")].map((p) => p.innerText).join("\n")
    const cite = `${message.querySelector("strong").textContent}\u202f:\n${mots}`.replace(/^/gm, "> ")
    champ.value = `${champ.value}${champ.value && "\n\n"}${cite}\n\n`
    champ.focus()
    champ.dispatchEvent(new Event("input", { bubbles: true }))
  })
  document.addEventListener("direct:fil", ({ detail }) => {
    if (detail.fil !== pk || detail.revision <= vue) return
    if (detail.html && detail.revision === vue + 1 && !occupe) {
      vue = detail.revision
      poser(elements(detail.html))
    } else {
      // A block that each reader has her own version of: five hundred pages do not ask in the same instant.
      demander(detail.revision, detail.html ? 0 : Math.random() * 500)
    }
  })
  document.addEventListener("direct:retrait", ({ detail }) => elements(detail.html).forEach(placer))
  document.addEventListener("direct:etat", ({ detail }) => {
    vive = true
    if (detail.revision > vue) demander(detail.revision)
  })
  document.addEventListener("direct:coupe", () => {
    vive = false
    dire("presence", "")
  })
  document.addEventListener("direct:presence", ({ detail: { n } }) => dire("presence", n > 1 ? `${n} membres lisent` : ""))
  document.addEventListener("direct:ecrit", () => {
    dire("ecrit", "Quelqu’un écrit…")
    clearTimeout(silence)
    silence = setTimeout(dire, ECRIT, "ecrit", "")
  })
  cadre.addEventListener("input", ({ target, timeStamp }) => {
    if (!target.matches("textarea") || timeStamp < dit + ECRIT / 2) return
    dit = timeStamp
    document.dispatchEvent(new CustomEvent("direct:emettre", { detail: "ecrit" }))
  })
  // What she just sent comes by the socket, or else is fetched.
  document.addEventListener("arrivee", ({ detail }) => {
    const envoye = detail.querySelector("[data-revision-connue]")
    if (!envoye) return
    // The form that she was in is another one: she goes on writing there.
    if (document.activeElement === document.body) detail.querySelector("textarea")?.focus({ preventScroll: true })
    demander(Number(envoye.dataset.revisionConnue), vive ? 500 : 0)
  })
  document.addEventListener("visibilitychange", () => document.hidden || vive || rattraper())
  setInterval(() => document.hidden || vive || rattraper(), INTERVALLE)
}

function elements(html) {
  const modele = document.createElement("template")
  modele.innerHTML = html
  return [...modele.content.children]
}

function remplacer(ancien, bloc) {
  const actif = ancien.contains(document.activeElement) ? document.activeElement : null
  // What she is filling in waits for her.
  if (actif?.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return
  ancien.replaceWith(bloc)
  window.htmx?.process(bloc)
  if (actif?.id) document.getElementById(actif.id)?.focus({ preventScroll: true })
}

for (const liste of document.querySelectorAll("[data-fil]")) suivre(liste)
