import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { HandsetPhone } from './handsetPhone';

const phone = new HandsetPhone();
mount(App, { target: document.getElementById('app')!, props: { phone } });
phone.start();
