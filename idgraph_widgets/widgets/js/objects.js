// Objects whose names come from people.

// Names come from people: "constructor" is no row of an object just because every object has one.
export const has = (object, name) => Object.hasOwn(object, name);
export const own = (object, name, otherwise) => (has(object, name) ? object[name] : otherwise);

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
