// Passkeys are offered only where the browser has them; allauth's scripts do the exchange.
if (window.PublicKeyCredential) {
  for (const element of document.querySelectorAll("[data-cle-d-acces]")) element.hidden = false;
}

document.addEventListener("allauth.error", (evenement) => {
  evenement.preventDefault();
  const avis = document.querySelector("[data-echec-de-cle]");
  avis.hidden = false;
  avis.scrollIntoView({ block: "nearest" });
});
