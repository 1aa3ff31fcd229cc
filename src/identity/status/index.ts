/**
 * The statuses of an identity as a state machine: what is stored, and which moves are allowed.
 * Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export {
  createIdentityState,
  identityProofs,
  moveIdentity,
  type IdentityEvent,
  type IdentityState,
  type IdentityStateInput,
} from './machine.ts';
