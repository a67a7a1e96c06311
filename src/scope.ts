const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Whether a text can be a scope: RFC 6749 §3.3, scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
export const isScope = (text: string): boolean => scopeToken.test(text);
