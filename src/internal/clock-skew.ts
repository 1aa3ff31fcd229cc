/**
 * How much the clocks of two machines may differ before the difference is a fault.
 *
 * One minute: a machine that keeps time over NTP is right within a second, so a minute refuses no
 * healthy one, while it stays short beside what it is added to (an assertion that lives an hour, a
 * revocation list that lives a day). Signing, verifying and diagnosing use the same value, so that
 * a clock which passes the diagnosis is not refused by the verification.
 */
export const clockSkewMs = 60_000;

/**
 * Longest difference that a caller may allow. A tolerance is no way to switch dates off, and what
 * must be remembered as long as an assertion may still be taken (a replay guard) needs an end.
 */
export const longestClockSkewMs = 600_000;
