export { isObject, objects, type Json } from './shape.ts';
