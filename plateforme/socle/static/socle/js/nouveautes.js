// [data-nouveautes]: a list that offers to show what was published since it was loaded, and never moves by itself.
// data-nouveautes="besoin" keeps to one type, data-reseau="3" to one network.
const moi = document.querySelector("meta[name=membre]")?.content

function proposer(liste) {
  let nombre = 0
  let avis
  document.addEventListener("direct:nouveaute", ({ detail }) => {
    if (!liste.isConnected) return
    const { nouveautes, reseau } = liste.dataset
    if (String(detail.auteur) === moi) return
    if ((nouveautes && nouveautes !== detail.type) || (reseau && reseau !== String(detail.reseau))) return
    nombre += 1
    avis ??= placer(liste)
    // A region must be there before its words, for them to be read aloud.
    setTimeout(() => (avis.textContent = `${nombre > 1 ? `${nombre} nouvelles publications` : "1 nouvelle publication"} – Afficher`))
  })
}

function placer(liste) {
  const cadre = document.createElement("p")
  cadre.setAttribute("role", "status")
  liste.before(cadre)
  const lien = Object.assign(document.createElement("a"), { className: "bouton second petit", href: location.href.split("#")[0] })
  cadre.append(lien)
  return lien
}

for (const liste of document.querySelectorAll("[data-nouveautes]")) proposer(liste)
document.addEventListener("arrivee", ({ detail }) => {
  for (const liste of detail.querySelectorAll("[data-nouveautes]")) proposer(liste)
})
