// A part of the settings.
import type { ComponentChildren } from 'preact'

export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  )
}
