/** The primes of the published fingerprint (Nemec et al., "The Return of Coppersmith's Attack", §4). */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
  103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const GENERATOR = 65_537;

/** For each prime the remainders that powers of 65537 leave: a weak modulus leaves no other. */
const fingerprints = primes.map((prime) => {
  const remainders = new Set<number>();
  for (let power = 1; !remainders.has(power); power = (power * GENERATOR) % prime) {
    remainders.add(power);
  }
  return { prime: BigInt(prime), remainders };
});

/**
 * Whether an RSA modulus was made by the flawed generator of CVE-2017-15361, which lets the private key be
 * computed from the public one. A sound modulus is taken for weak less than once in 10^8.
 */
export const isRocaWeak = (modulus: bigint): boolean =>
  fingerprints.every(({ prime, remainders }) => remainders.has(Number(modulus % prime)));
