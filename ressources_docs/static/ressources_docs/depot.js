// What was chosen on a field, each file once: where several are taken, a browser would put those that are chosen
// next in their place.
const gardes = new WeakMap()
const clefs = (fichiers) => fichiers.map(({ name, size }) => `${size} ${name}`)

function choisir(champ, fichiers) {
  const noms = clefs(fichiers)
  const choisis = new DataTransfer()
  for (const [rang, fichier] of fichiers.entries()) if (noms.indexOf(noms[rang]) === rang) choisis.items.add(fichier)
  champ.files = choisis.files
  gardes.set(champ, [...champ.files])
  champ.dispatchEvent(new Event("change", { bubbles: true }))
}

// [data-depot]: a file field on which files may also be dropped.
for (const zone of document.querySelectorAll("[data-depot]")) {
  const champ = zone.querySelector("[type=file]")
  if (!champ) continue
  const survol = (oui) => zone.classList.toggle("survolee", oui)
  for (const nom of ["dragenter", "dragover"])
    zone.addEventListener(nom, (evenement) => {
      if (![...evenement.dataTransfer.types].includes("Files")) return
      evenement.preventDefault()
      survol(true)
    })
  zone.addEventListener("dragleave", (evenement) => { if (!zone.contains(evenement.relatedTarget)) survol(false) })
  zone.addEventListener("drop", (evenement) => {
    if (!evenement.dataTransfer.files.length) return
    evenement.preventDefault()
    survol(false)
    const deposes = [...evenement.dataTransfer.files]
    choisir(champ, champ.multiple ? [...champ.files, ...deposes] : deposes.slice(0, 1))
  })
  if (!champ.multiple) continue
  gardes.set(champ, [...champ.files])
  champ.addEventListener("change", (evenement) => {
    const [avant, choisis] = [gardes.get(champ), [...champ.files]]
    if (clefs(avant).join("/") === clefs(choisis).join("/")) return
    evenement.stopImmediatePropagation()
    choisir(champ, [...avant, ...choisis])
  })
}

// [data-choisis]: the files that are chosen, each with its size and a button that leaves it out.
for (const liste of document.querySelectorAll("[data-choisis]")) {
  const champ = liste.closest("[data-depot]").querySelector("[type=file]")
  const taille = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 })
  const enClair = (n) => n < 1024 ** 2 ? `${taille.format(Math.ceil(n / 1024))} Ko` : `${taille.format(n / 1024 ** 2)} Mo`
  const montrer = () => {
    liste.replaceChildren(...[...champ.files].map((fichier) => {
      const ligne = document.createElement("li")
      const bouton = document.createElement("button")
      bouton.type = "button"
      bouton.className = "bouton calme petit"
      bouton.textContent = liste.dataset.retirer
      bouton.setAttribute("aria-label", `${liste.dataset.retirer} ${fichier.name}`)
      bouton.addEventListener("click", () => {
        choisir(champ, [...champ.files].filter((autre) => autre !== fichier))
        ;(liste.querySelector("button") ?? champ).focus()
      })
      ligne.append(`${fichier.name}, ${enClair(fichier.size)}`, bouton)
      return ligne
    }))
    liste.hidden = !champ.files.length
  }
  champ.addEventListener("change", montrer)
  montrer()
}

// form[data-depot-un-a-un]: its files leave one after the other, each with its progress, and its answer takes its place.
for (const formulaire of document.querySelectorAll("form[data-depot-un-a-un]")) {
  const champ = formulaire.querySelector("[data-depot] [type=file]")
  const section = document.getElementById("depots")
  const liste = section.querySelector("[data-resultats]")
  const mots = formulaire.dataset
  let occupe = false

  // On the form itself: before the listeners of the whole page.
  formulaire.addEventListener("submit", async (evenement) => {
    evenement.preventDefault()
    if (occupe || !champ.files.length) return
    occupe = true
    const boutons = formulaire.querySelectorAll(".actions button")
    for (const bouton of boutons) bouton.disabled = true
    formulaire.querySelector("[data-erreurs]")?.remove()
    const fichiers = [...champ.files]
    const ensemble = formulaire.elements.ensemble.value === "ensemble"
    const lots = ensemble ? [fichiers] : fichiers.map((fichier) => [fichier])
    section.hidden = false
    const lignes = lots.map((lot) => ligneDe(lot))
    const restants = []
    for (const [rang, lot] of lots.entries())
      if (!(await envoyer(lot, lignes[rang], evenement.submitter))) restants.push(...lot)
    // What did not arrive is still chosen: one more click sends it again.
    choisir(champ, restants)
    for (const bouton of boutons) bouton.disabled = false
    occupe = false
    document.getElementById("titre-depots").focus()
  })

  function ligneDe(lot) {
    const ligne = document.createElement("li")
    const nom = document.createElement("strong")
    const etat = document.createElement("span")
    const barre = document.createElement("progress")
    nom.textContent = lot.map((fichier) => fichier.name).join(", ")
    etat.textContent = mots.attente
    barre.max = 1
    barre.value = 0
    barre.setAttribute("aria-label", nom.textContent)
    const texte = document.createElement("p")
    texte.append(nom, " : ", etat)
    ligne.append(texte, barre)
    liste.append(ligne)
    return { ligne, etat, barre }
  }

  // Whether an answer came: of what was refused in words, nothing is to be sent again.
  function envoyer(lot, { ligne, etat, barre }, bouton) {
    if (lot.some((fichier) => fichier.size > Number(champ.dataset.max))) {
      etat.textContent = mots.tropGros
      barre.remove()
      ligne.className = "refuse"
      return true
    }
    const corps = new FormData(formulaire, bouton)
    corps.delete(champ.name)
    for (const fichier of lot) corps.append(champ.name, fichier)
    const requete = new XMLHttpRequest()
    requete.open("POST", formulaire.action)
    requete.setRequestHeader("HX-Request", "true")
    requete.upload.addEventListener("progress", ({ loaded, total }) => {
      barre.value = total ? loaded / total : 0
      etat.textContent = loaded === total ? mots.lecture : mots.envoi
    })
    return new Promise((resoudre) => {
      const rater = (phrase) => {
        etat.textContent = phrase
        barre.remove()
        ligne.className = "refuse"
        resoudre(false)
      }
      requete.addEventListener("error", () => rater(mots.panne))
      requete.addEventListener("load", () => {
        if (requete.status === 200 && !requete.getResponseHeader("HX-Redirect")) {
          ligne.insertAdjacentHTML("afterend", requete.responseText)
          ligne.remove()
          resoudre(true)
        } else if (requete.status === 422) {
          ligne.remove()
          formulaire.querySelector("[data-erreurs]")?.remove()
          formulaire.insertAdjacentHTML("afterbegin", requete.responseText)
          resoudre(false)
        } else rater(requete.status === 413 ? mots.tropLourd : mots.panne)
      })
      requete.send(corps)
    })
  }
}
