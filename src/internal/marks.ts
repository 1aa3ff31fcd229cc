/** Marks a submission, the same symbol in every copy of the SDK that a process holds. */
export const submissionMark: unique symbol = Symbol.for('terr-esante.submission');
