/* Points of sale: the nearest to where the reader is, and a map with tiles where there is a server of them.
   Without this file the list stands by place, beside a map of dots. */

const METRES = 3; // decimals of a degree: some 100 m, which is near enough and nobody's doorstep

const askWhere = (button) => {
  const form = button.form;
  const status = form.querySelector("[data-near-status]");
  const failed = () => {
    status.textContent = status.dataset.failed;
    button.disabled = false;
  };
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const near = form.querySelector("input[name=near]") ?? document.createElement("input");
      near.type = "hidden";
      near.name = "near";
      near.value = `${coords.latitude.toFixed(METRES)},${coords.longitude.toFixed(METRES)}`;
      form.append(near);
      form.requestSubmit();
    },
    failed,
    { timeout: 10_000, maximumAge: 60_000 },
  );
};

for (const button of document.querySelectorAll("button[data-near]")) {
  if (!("geolocation" in navigator)) continue;
  button.hidden = false;
  button.addEventListener("click", () => askWhere(button));
}

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
