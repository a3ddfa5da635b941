import { AgentPhone } from '@ringway/client-phone';
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';

const phone = new AgentPhone();
mount(App, { target: document.getElementById('app')!, props: { phone } });
phone.start();
