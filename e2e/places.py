"""Where things are on the demo, by kind of page."""

SWEDISH = {
    "home": "/sv/",
    "finder": "/sv/tillstandskollen/",
    "journeys": "/sv/sa-gor-du/",
    "journey": "/sv/sa-gor-du/oppna-restaurang/",
    "planner": "/sv/oppningsplan/",
    "guides": "/sv/tillstand/",
    "guide": "/sv/tillstand/serveringstillstand/",
    "clock": "/sv/tillstand/bygglov-for-andrad-anvandning/?received=2026-09-01&complete=2026-10-01&asked=2026-09-10",
    "clock in error": "/sv/tillstand/bygglov-for-andrad-anvandning/?received=2026-09-01&complete=2026-08-01",
    "fees": "/sv/tillstand/avgifter/",
    "networks": "/sv/natverk/",
    "network": "/sv/natverk/krogringen/",
    "news": "/sv/nyheter/",
    "news item": "/sv/nyheter/en-kontakt-for-foretag/",
    "contact": "/sv/kontakt/",
    "standard": "/sv/tillganglighet/",
    "search": "/sv/sok/",
    "search with hits": "/sv/sok/?q=tillst%C3%A5nd",
    "search without hits": "/sv/sok/?q=xyzzy",
    "filtered": "/sv/natverk/?scope=world&trade=bygg",
    "not found": "/sv/finns-inte/",
}
ENGLISH = {
    "home": "/en/",
    "finder": "/en/permit-finder/",
    "journeys": "/en/step-by-step/?trade=restaurang",
    "journey": "/en/step-by-step/open-a-hair-and-skin-salon/",
    "planner": "/en/opening-plan/",
    "guides": "/en/permits/",
    "guide": "/en/permits/licence-to-serve-alcohol/",
    "fees": "/en/permits/fees/?on=2027-01-01",
    "networks": "/en/networks/",
    "search with hits": "/en/search/?q=permit",
}
# Pages whose answer is not 200; the browser's console reports that as an error.
REFUSED = {"not found"}
