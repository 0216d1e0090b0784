"""The seller's pages: each reads, or asks for one operation."""

from functools import partial

from tcxc.pages.gate import page_of
from tcxc.pages.seats import Side

seller_page = partial(page_of, Side.SELLER)
