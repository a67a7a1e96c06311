import { testPages } from './everyPage.js';

testPages(3, 4);
