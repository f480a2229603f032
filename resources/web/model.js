// What is shown, from the server's last board and the marks that still wait: pure functions, no DOM.

const MUSTER = new Set(["found", "not_found", "elsewhere"]);

// The board as it will be when the waiting marks have arrived.
export function foreseen(board, marks) {
  const tours = board.tours.map((tour) => ({ ...tour, people: tour.people.map((person) => ({ ...person })) }));
  const people = new Map(tours.flatMap((tour) => tour.people.map((person) => [person.id, person])));
  for (const mark of marks) {
    if (mark.do === "begin") {
      for (const person of tours.find((tour) => tour.id === mark.tour)?.people ?? []) person.call = null;
    } else if (mark.do === "mark") {
      const person = people.get(mark.subject);
      const field = board.muster && MUSTER.has(mark.mark) ? "muster" : "call";
      if (person) person[field] = { id: mark.id, mark: mark.mark, at: "", pending: true };
    } else {
      for (const person of people.values()) {
        for (const field of ["call", "muster"]) {
          if (person[field]?.id === mark.voids) {
            person[field] = null;
            person.pending = true;
          }
        }
      }
    }
  }
  return { ...board, tours };
}

// Who is called: those inside, and whoever was marked.  Where the gate has let nobody in, everybody who has not left.
export function called(tour) {
  const inside = tour.people.filter((person) => person.state === "inside" || person.call);
  const anybody = tour.people.some((person) => person.state === "inside");
  return anybody ? inside : tour.people.filter((person) => person.state !== "left" || person.call);
}

// Who is looked for in an alarm.
export function sought(tour) {
  return tour.people.filter((person) => person.state === "inside" || person.muster);
}

export function isFound(person) {
  return person.muster?.mark === "found" || person.muster?.mark === "elsewhere";
}

export function heads(people) {
  return people.reduce((sum, person) => sum + person.heads, 0);
}

export function counted(people) {
  const here = people.filter((person) => person.call?.mark === "present");
  const open = people.filter((person) => !person.call);
  return { due: heads(people), here: heads(here), open, missing: people.filter((person) => !here.includes(person)) };
}
