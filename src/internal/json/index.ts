export { ExactNumber, numberOf } from './exact-number.ts';
export { jsonError, jsonFaults, type JsonFault } from './faults.ts';
export { isObject, objects, type Json } from './shape.ts';
export { defaultJsonLimits, readJson, type JsonLimits } from './read.ts';
export { writeJson } from './write.ts';
