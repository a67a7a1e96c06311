import { createInlineSigningKeyProvider } from '@graphql-yoga/plugin-jwt';
import { keyText } from './shared/environment.mjs';
import { serve } from './shared/yoga.mjs';

serve(createInlineSigningKeyProvider(keyText));
