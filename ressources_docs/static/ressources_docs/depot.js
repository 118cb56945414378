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
    const deposes = new DataTransfer()
    const ajoutes = champ.multiple ? [...champ.files, ...evenement.dataTransfer.files] : [evenement.dataTransfer.files[0]]
    for (const fichier of ajoutes) deposes.items.add(fichier)
    champ.files = deposes.files
    champ.dispatchEvent(new Event("change", { bubbles: true }))
  })
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
    const restants = new DataTransfer()
    for (const [rang, lot] of lots.entries())
      if (!(await envoyer(lot, lignes[rang], evenement.submitter))) for (const fichier of lot) restants.items.add(fichier)
    // What did not arrive is still chosen: one more click sends it again.
    champ.files = restants.files
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
