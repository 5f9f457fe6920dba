"""Domains at which everybody can have an address, or nobody: a user there makes nobody else there a colleague."""

_NAMES = """
126.com, 163.com, aim.com, aol.com, arcor.de, att.net, bellsouth.net, bigpond.com, bluewin.ch, bt.com,
btinternet.com, charter.net, comcast.net, cox.net, duck.com, earthlink.net, email.com, email.cz, example.com,
example.net, example.org, fastmail.com, fastmail.fm, foxmail.com, free.fr, freenet.de, gmail.com, gmx.at,
gmx.ch, gmx.com, gmx.de, gmx.net, googlemail.com, hey.com, hotmail.ca, hotmail.co.uk, hotmail.com, hotmail.de,
hotmail.es, hotmail.fr, hotmail.it, hushmail.com, icloud.com, inbox.com, inbox.lv, inbox.ru, interia.pl,
juno.com, kabelmail.de, laposte.net, libero.it, list.ru, live.ca, live.co.uk, live.com, live.de, live.fr,
live.nl, mac.com, mail.com, mail.de, mail.ru, mailbox.org, me.com, msn.com, naver.com, netzero.net, o2.pl,
onet.pl, online.de, optonline.net, orange.fr, outlook.com, outlook.de, outlook.es, outlook.fr, pm.me, posteo.de,
proton.me, protonmail.com, qq.com, rambler.ru, rediffmail.com, rocketmail.com, rogers.com, sbcglobal.net,
seznam.cz, sfr.fr, shaw.ca, sina.com, sky.com, skynet.be, sohu.com, sympatico.ca, t-online.de, talktalk.net,
telus.net, tiscali.it, tuta.com, tutanota.com, uol.com.br, verizon.net, virgilio.it, virginmedia.com,
wanadoo.fr, web.de, windowslive.com, wp.pl, xtra.co.nz, ya.ru, yahoo.ca, yahoo.co.in, yahoo.co.jp, yahoo.co.uk,
yahoo.com, yahoo.com.au, yahoo.com.br, yahoo.de, yahoo.es, yahoo.fr, yahoo.it, yandex.com, yandex.ru, ymail.com,
zoho.com
"""
PUBLIC_DOMAINS = frozenset(name.strip() for name in _NAMES.split(","))
