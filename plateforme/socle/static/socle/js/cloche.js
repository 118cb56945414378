// #cloche and the title of the tab say how many notifications are unread, brought up to date by the live frames.
const MAX = 99

function montrer(nombre) {
  if (nombre === undefined) return
  const texte = nombre > MAX ? `${MAX}+` : String(nombre)
  document.title = (nombre ? `(${texte}) ` : "") + document.title.replace(/^\(\d+\+?\) /, "")
  const cloche = document.getElementById("cloche")
  cloche?.querySelector(".pastille")?.remove()
  if (!cloche || !nombre) return
  const pastille = Object.assign(document.createElement("span"), { className: "pastille", textContent: texte })
  pastille.append(Object.assign(document.createElement("span"), { className: "cache", textContent: " non lues" }))
  cloche.append(pastille)
}

for (const trame of ["etat", "cloche"]) document.addEventListener(`direct:${trame}`, ({ detail }) => montrer(detail.non_lues))
