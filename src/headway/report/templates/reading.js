// Finding one's way: the contents show where the reader is; findings can be filtered.

const sections = [...document.querySelectorAll("main > section")];

function markContents() {
  const atEnd = window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 2;
  const read = sections.findLast((one) => atEnd || one.getBoundingClientRect().top < window.innerHeight / 3);
  for (const link of document.querySelectorAll(".contents a")) {
    const current = read && decodeURIComponent(link.hash) === `#${read.id}`;
    if (current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
document.addEventListener("scroll", markContents, { passive: true });
markContents();

for (const field of document.querySelectorAll("input[data-rows]")) {
  const rows = [...document.getElementById(field.dataset.rows).tBodies[0].rows];
  const told = field.closest(".filter").querySelector("output");
  field.addEventListener("input", () => keepRows(rows, field.value, told));
  field.closest(".filter").hidden = false;
}

// On a telephone the contents would fill the first screen.
if (window.matchMedia("(max-width: 72rem)").matches) document.querySelector(".contents details").open = false;
