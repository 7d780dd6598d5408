import './all.suite.ts';
