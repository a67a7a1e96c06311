/** The plugin hands on to jsonwebtoken whatever a provider answers; its types and its documentation know texts alone. */
import { key } from './shared/environment.mjs';
import { serve } from './shared/yoga.mjs';

serve(() => key);
