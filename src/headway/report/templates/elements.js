// Elements made of text. Text goes in as text, never as HTML: it comes from a record.

function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

// Words of the record, which may run from right to left whatever stands around them.
const words = (text) => make("bdi", {}, text);

// A field that hides what does not hold its words, and says how much is left.
function filterable(label, rows) {
  const field = make("input", { type: "search" });
  const told = make("output", {});
  field.addEventListener("input", () => keepRows(rows, field.value, told));
  return make("div", { class: "filter" }, make("label", {}, label + " ", field), told);
}

function keepRows(rows, wanted, told) {
  const sought = wanted.trim().toLowerCase();
  let kept = 0;
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(sought);
    kept += !row.hidden;
  }
  told.textContent = sought ? `${kept} of ${rows.length}` : "";
}

// Compares "9 days" and "1,718 days" as numbers, other texts as text.
const texts = new Intl.Collator("en", { numeric: true });
function compare(one, other) {
  const [first, second] = [one, other].map((text) => parseFloat(text.replaceAll(",", "")));
  return first - second || texts.compare(one, other);
}
