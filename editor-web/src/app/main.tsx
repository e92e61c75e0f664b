import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { Providers } from './providers';
import './styles.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<StrictMode><Providers><App /></Providers></StrictMode>);
