import jsonwebtoken from 'jsonwebtoken';
import { algorithm, key } from './environment.mjs';

const algorithms = [algorithm];

/** Who sent the header, or null. */
export function viewerOf(authorization) {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) return null;
  try {
    return viewerOfClaims(jsonwebtoken.verify(authorization.slice(7), key, { algorithms }));
  } catch {
    return null;
  }
}

export const viewerOfClaims = ({ sub, scope }) => ({ id: sub, scopes: scope.split(' ') });

export const readsAll = (viewer) => viewer !== null && viewer.scopes.includes('users:read');

/** The rule about `User.email`. */
export const readsAccount = (viewer, user) =>
  viewer !== null && (viewer.id === user.id || readsAll(viewer));
