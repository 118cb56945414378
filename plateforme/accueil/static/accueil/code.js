// The button that sends the code again waits, and says how long. Without JavaScript the server says it.
for (const bouton of document.querySelectorAll("[data-delai]")) {
  const libelle = bouton.textContent;
  let reste = Number(bouton.dataset.delai);
  const compter = () => {
    bouton.disabled = reste > 0;
    bouton.textContent = reste > 0 ? `${libelle} (${reste} s)` : libelle;
    if (reste-- > 0) setTimeout(compter, 1000);
  };
  compter();
}
