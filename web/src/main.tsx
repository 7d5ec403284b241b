import { effect } from '@preact/signals'
import { render } from 'preact'
import { keepState, refreshModels, settings } from './chat/session'
import { App } from './view/app'
import './style/base.css'
import './style/layout.css'
import './style/conversation.css'
import './style/tokens.css'
import './style/settings.css'
import './style/structure.css'

effect(() => {
  document.documentElement.dataset['theme'] = settings.value.theme
})
keepState()
void refreshModels()
const place = document.getElementById('app')
if (place) render(<App />, place)
