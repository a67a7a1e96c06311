import { testPages } from './everyPage.js';

testPages(1, 4);
