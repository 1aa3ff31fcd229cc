import { isObject, type Json } from '../../internal/json/index.ts';
import type { ObjectShape, Shape } from './model.ts';

/** One way in which a value is not of its shape. */
export interface ShapeProblem {
  /** For example `limits.maxStatuses.value`; empty for the whole. */
  readonly path: string;
  readonly fault: 'missing' | 'unknown' | 'kind' | 'value' | 'ungraded';
  /** What is expected, as JSON says it: a kind, the words of a choice, a form. */
  readonly expected: string | null;
}

/** Everything about a value that is not of its shape; empty when all is. */
export function shapeProblems(shape: Shape, value: unknown, path = ''): readonly ShapeProblem[] {
  const wrong = (fault: 'kind' | 'value'): ShapeProblem[] => [{ path, fault, expected: expectedOf(shape) }];

  switch (shape.kind) {
    case 'text':
      if (typeof value !== 'string') return wrong('kind');
      return value.length <= shape.maxLength && (shape.pattern?.test(value) ?? true) ? [] : wrong('value');

    case 'words':
      if (shape.words.some((word) => word === value)) return [];
      return wrong(typeof value === typeof shape.words[0] ? 'value' : 'kind');

    case 'count':
      if (typeof value !== 'number') return wrong('kind');
      return Number.isInteger(value) && value >= shape.min && value <= shape.max ? [] : wrong('value');

    case 'flag':
      return typeof value === 'boolean' ? [] : wrong('kind');

    case 'or-null':
      return value === null ? [] : shapeProblems(shape.of, value, path);

    case 'list':
      if (!Array.isArray(value)) return wrong('kind');
      if (value.length > shape.max) return wrong('value');
      // Not `flatMap` of the list, which would pass over its holes.
      return Array.from(value as unknown[]).flatMap((item, index) =>
        shapeProblems(shape.of, item, `${path}[${index}]`),
      );

    case 'map':
      if (!isObject(value)) return wrong('kind');
      return Object.entries(value).flatMap(([name, item]) => {
        const place = inside(path, name);
        if (!mapName.test(name) || name === '__proto__') {
          return [{ path: place, fault: 'unknown' as const, expected: null }];
        }
        return shapeProblems(shape.of, item, place);
      });

    case 'object':
      if (isObject(value)) return objectProblems(shape, value, path);
      return shape.graded ? [ungraded(path)] : wrong('kind');
  }
}

function objectProblems({ members, graded }: ObjectShape, value: Json, path: string): readonly ShapeProblem[] {
  if (graded && !('value' in value && 'confidence' in value && 'evidence' in value)) return [ungraded(path)];

  const unknown = Object.keys(value)
    .filter((name) => !Object.hasOwn(members, name))
    .map((name): ShapeProblem => ({ path: inside(path, name), fault: 'unknown', expected: null }));

  const others = Object.entries(members).flatMap(([name, member]): readonly ShapeProblem[] => {
    const place = inside(path, name);
    // A member of the prototype is none of the object's.
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given !== undefined) return shapeProblems(member, given, place);
    return member.optional === true ? [] : [{ path: place, fault: 'missing', expected: expectedOf(member) }];
  });
  return [...others, ...unknown];
}

function ungraded(path: string): ShapeProblem {
  return { path, fault: 'ungraded', expected: 'value, confidence, evidence' };
}

const mapName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/;

/** What is no name may be a value that went astray: it is not repeated. */
const memberName = /^[$A-Za-z][A-Za-z0-9.-]{0,39}$/;

function inside(path: string, name: string): string {
  const shown = memberName.test(name) ? name : '…';
  return path === '' ? shown : `${path}.${shown}`;
}

function expectedOf(shape: Shape): string | null {
  switch (shape.kind) {
    case 'text':
      return shape.pattern === null ? 'string' : `string ${shape.pattern.source}`;
    case 'words':
      return shape.words.join(' | ');
    case 'count':
      return `integer ${shape.min}..${shape.max}`;
    case 'flag':
      return 'boolean';
    case 'or-null':
      return `${expectedOf(shape.of) ?? ''} | null`;
    case 'list':
      return 'array';
    case 'map':
    case 'object':
      return 'object';
  }
}
