/* Points of sale: the nearest to where the reader is, and a map with tiles where there is a server of them.
   Without this file the list stands by place, beside a map of dots. */

const METRES = 3; // decimals of a degree: some 100 m, which is near enough and nobody's doorstep

/* A button of the list sends its form with the position; one of a product's page asks for its block again. */
const show = (button, near) => {
  if (button.form) {
    const field = button.form.querySelector("input[name=near]") ?? document.createElement("input");
    field.type = "hidden";
    field.name = "near";
    field.value = near;
    button.form.append(field);
    button.form.requestSubmit();
  } else {
    const { near: address, nearTarget: target } = button.dataset;
    htmx.ajax("GET", `${address}?near=${near}`, { target, swap: "outerHTML" });
  }
};

const askWhere = (button) => {
  const status = button.parentElement.querySelector("[data-near-status]");
  const failed = () => {
    status.textContent = status.dataset.failed;
    button.disabled = false;
  };
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => show(button, `${coords.latitude.toFixed(METRES)},${coords.longitude.toFixed(METRES)}`),
    failed,
    { timeout: 10_000, maximumAge: 60_000 },
  );
};

const offer = () => {
  if (!("geolocation" in navigator)) return;
  for (const button of document.querySelectorAll("button[data-near]")) button.hidden = false;
};

offer();
document.addEventListener("htmx:afterSwap", offer);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-near]");
  if (button) askWhere(button);
});

const link = (name, url) => {
  const made = document.createElement("a");
  made.href = url;
  made.textContent = name;
  return made;
};

const spot = (latitude, longitude, isVague) =>
  L.circleMarker([latitude, longitude], { radius: 8, weight: 2, className: `spot${isVague ? " vague" : ""}` });

const layTiles = async (figure) => {
  const { tiles, attribution, label, points, latitude, longitude, zoom } = figure.dataset;
  const found = points ? (await (await fetch(points)).json()).points : [];
  if (points && found.length === 0) return;
  const box = document.createElement("div");
  box.className = "tiles";
  box.role = "region";
  box.ariaLabel = label;
  figure.querySelector("svg").replaceWith(box);
  const map = L.map(box, { scrollWheelZoom: false });
  const credit = document.createElement("span");
  credit.textContent = attribution;
  L.tileLayer(tiles, { attribution: credit.innerHTML, maxZoom: 19, referrerPolicy: "strict-origin" }).addTo(map);
  if (points) {
    for (const [north, east, name, url, isVague] of found) {
      spot(north, east, isVague).bindPopup(link(name, url)).addTo(map);
    }
    map.fitBounds(L.latLngBounds(found.map(([north, east]) => [north, east])).pad(0.1), { maxZoom: 14 });
  } else {
    map.setView([Number(latitude), Number(longitude)], Number(zoom));
    spot(Number(latitude), Number(longitude), false).addTo(map);
  }
};

/* Without an answer of the site the map of dots stays. */
for (const figure of document.querySelectorAll("[data-tiles]")) {
  if (typeof L !== "undefined") layTiles(figure).catch(() => {});
}
