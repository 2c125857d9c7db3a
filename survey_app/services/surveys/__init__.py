"""Anonymous surveys: public links, ballots, what may be told of them."""
