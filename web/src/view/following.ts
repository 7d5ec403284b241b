// Keeps the end of the conversation in view while it grows, unless the reader has scrolled away.
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

const NEAR_PX = 80

export function useFollowing(grows: RefObject<HTMLElement | null>, asked: number): void {
  const following = useRef(true)
  useEffect(() => {
    const page = document.documentElement
    const toEnd = () => page.scrollTo({ top: page.scrollHeight })
    // An answer may have grown since it was followed, before the event comes: only going up is leaving.
    let last = page.scrollTop
    const scrolled = () => {
      const near = page.scrollHeight - page.clientHeight - page.scrollTop < NEAR_PX
      following.current = near || (following.current && page.scrollTop >= last)
      last = page.scrollTop
    }
    const grown = new ResizeObserver(() => following.current && toEnd())
    if (grows.current) grown.observe(grows.current)
    addEventListener('scroll', scrolled, { passive: true })
    return () => {
      grown.disconnect()
      removeEventListener('scroll', scrolled)
    }
  }, [])
  // Whoever asks wants to see the answer.
  useEffect(() => {
    following.current = true
  }, [asked])
}
