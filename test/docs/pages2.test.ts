import { testPages } from './everyPage.js';

testPages(2, 4);
